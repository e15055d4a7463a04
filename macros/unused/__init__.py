"""What the project holds and no page shows, and figures that assume something else than their neighbours."""
