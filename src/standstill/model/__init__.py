"""Records of the model: what the engine simulates. They validate and hold; they compute nothing and know no outcomes."""
