"""A shop so small that its tests are about as long as the shop."""
