"""Where the contents of files lie: a folder or a bucket, sealed."""
