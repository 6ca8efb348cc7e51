"""Why recurrent networks forget: gradients and Jacobians, one step at a time."""
