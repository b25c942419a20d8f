"""Models, data and pictures that the lectures stand on."""
