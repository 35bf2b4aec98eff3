"""How the network learns: samples, losses, steps, and the state from which a stopped run resumes."""
