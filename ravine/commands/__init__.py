"""What `python -m ravine` does: one module, one command, with `main(arguments)`."""
