"""Tools for those who write flows. They read packs as the engine does, and never a store, a desk or a screen."""
