"""What differs between two states of the site: figures, charts, files, where they stand, who moved them."""
