"""What a model brings without running it: GGUF header, Modelfile, tokenizers, chat templates."""
