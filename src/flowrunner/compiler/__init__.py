"""From the bytes of a file to a flow: parse, shape, bind."""
