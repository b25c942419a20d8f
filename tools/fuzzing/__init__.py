"""What `tools/fuzz.py` feeds to the autograder, and the laws that must hold whatever it is."""
