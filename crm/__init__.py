"""The CRM core: records, operations, edges. It knows no HTTP and no GraphQL."""
