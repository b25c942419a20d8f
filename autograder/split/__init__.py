"""The two halves of a graded notebook: the student's process and the checker's."""
