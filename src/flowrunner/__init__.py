"""flowrunner: a service written as one YAML file, proved sound, and run in every language of the file."""
