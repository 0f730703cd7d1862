"""What samples: llama.cpp in a child process, or a server."""
