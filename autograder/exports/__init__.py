"""What leaves the gradebook as CSV: for spreadsheets, for Canvas, for Moodle, test by test."""
