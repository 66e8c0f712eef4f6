"""Dispatch of one step: who is served from what, under the stated and unique rule of design §5."""
