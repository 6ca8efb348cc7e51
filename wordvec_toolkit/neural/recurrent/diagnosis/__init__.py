"""Diagnosis of forgetting in recurrent networks by gradients and Jacobians of each step."""
