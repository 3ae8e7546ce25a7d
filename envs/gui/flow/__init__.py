"""VGuiFlow: several steps in a simulated application, judged by the application's state."""
