"""The rules: one module a pitfall family, the registry, the engine that runs them, findings and fixes."""
