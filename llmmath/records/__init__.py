"""Records: models, accelerators and data types, each with its source, and the readers that refuse what is wrong."""
