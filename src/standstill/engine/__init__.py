"""The engine: draws, outages, waves, repair, dispatch and the step. It simulates; it measures nothing."""
