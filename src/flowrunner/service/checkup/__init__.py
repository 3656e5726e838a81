"""What is missing or unsafe in a installation. Each thing that is looked at is one file, listed in `built_in`."""
