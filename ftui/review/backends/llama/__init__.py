"""Sampling with llama.cpp in a child process of its own: a bad file there is a message here, never a crash."""
