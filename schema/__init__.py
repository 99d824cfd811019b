"""The GraphQL door: types, connections and the layer that turns documents into operations and edges."""
