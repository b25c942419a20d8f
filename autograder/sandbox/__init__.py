"""What a sandboxed process may not do, one layer a module."""
