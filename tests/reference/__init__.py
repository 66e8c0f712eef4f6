"""A second, slow, independent implementation of the engine: plain Python, hour by hour, dispatch by linear programs."""
