"""What MicroPython lacks of `types`: a mapping that is not meant to be changed is the mapping itself."""


def MappingProxyType(mapping):
    """The mapping."""
    return mapping
