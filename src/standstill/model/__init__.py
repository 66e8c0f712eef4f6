"""Records of the model: what the engine simulates. They validate and hold; they know no outcomes."""
