"""The command line's commands, a module each: `add` declares its options, `run` carries it out."""
