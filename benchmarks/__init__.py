"""What prints the figures that the README quotes. Every figure is a ratio of two things measured in one run."""
