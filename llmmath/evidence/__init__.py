"""Evidence: measurements, fits to them, our own runs, what counts were compared with, published mistakes."""
