"""Workload W1: the first 25 contacts with their company, first 5 deals with stage and pipeline, and first 3 notes."""

DOCUMENT = """
{
  contacts(first: 25) {
    nodes {
      id name email jobTitle leadScore createdAt
      company { id name domain }
      deals(first: 5) { nodes { id name value currency status stage { id name } pipeline { id name } } }
      notes(first: 3) { nodes { id body createdAt } }
    }
    pageInfo { hasNextPage }
  }
}
"""

SQL = """
SELECT json_build_object('data', json_build_object('contacts', json_build_object(
  'nodes', coalesce(json_agg(json_build_object(
    'id', c.id, 'name', c.name, 'email', c.email, 'jobTitle', c.job_title, 'leadScore', c.lead_score,
    'createdAt', c.created_at,
    'company', (
      SELECT json_build_object('id', m.id, 'name', m.name, 'domain', m.domain)
      FROM companies m WHERE m.business_id = c.business_id AND m.id = c.company_id),
    'deals', (
      SELECT json_build_object('nodes', coalesce(json_agg(json_build_object(
        'id', d.id, 'name', d.name, 'value', d.value, 'currency', d.currency, 'status', d.status,
        'stage', (SELECT json_build_object('id', s.id, 'name', s.name) FROM stages s
                  WHERE s.business_id = d.business_id AND s.id = d.stage_id),
        'pipeline', (SELECT json_build_object('id', p.id, 'name', p.name) FROM pipelines p
                     WHERE p.business_id = d.business_id AND p.id = d.pipeline_id))), '[]'))
      FROM (SELECT * FROM deals WHERE business_id = c.business_id AND contact_id = c.id
            ORDER BY created_at DESC, id DESC LIMIT 5) d),
    'notes', (
      SELECT json_build_object('nodes', coalesce(json_agg(json_build_object(
        'id', n.id, 'body', n.body, 'createdAt', n.created_at)), '[]'))
      FROM (SELECT * FROM notes WHERE business_id = c.business_id AND contact_id = c.id
            ORDER BY created_at DESC, id DESC LIMIT 3) n))), '[]'),
  'pageInfo', json_build_object('hasNextPage', true))))::text
FROM (SELECT * FROM contacts WHERE business_id = $1 ORDER BY created_at DESC, id DESC LIMIT 25) c
"""
