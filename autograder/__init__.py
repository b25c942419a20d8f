"""Grades nbgrader courses of PyTorch or NumPy notebooks: isolated, fast, and checkable."""
