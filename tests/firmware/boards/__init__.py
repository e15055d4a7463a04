"""Emulated boards, one a module, each as a computer sees it: a serial port, pins, and time of its own."""
