"""Practice-management systems, one folder each behind one port; the registry names them."""
