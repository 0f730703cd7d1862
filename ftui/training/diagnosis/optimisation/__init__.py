"""Rules about how a run is optimised: does it go down, at what rate, with what gradients?"""
