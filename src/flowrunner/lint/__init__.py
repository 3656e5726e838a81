"""What can be proved wrong with a flow that compiles: paths and guards, words and languages, examples."""
