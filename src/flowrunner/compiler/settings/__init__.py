"""Reading flowrunner.yaml: the file, its mail, its server, its sources."""
