// Only so that the package resolves until the worker's loop is here; delete me.
