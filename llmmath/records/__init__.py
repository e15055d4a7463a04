"""Records: models, accelerators and data types with their sources; the readers refuse what is wrong."""
