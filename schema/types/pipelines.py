"""The pipeline and its stages in GraphQL. A stage is no Node: REST shows stages inside pipelines."""

from crm.deals import edges as deal_edges
from crm.pipelines import edges, service
from crm.pipelines.model import Pipeline as Record
from crm.pipelines.model import Stage as Part
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class Pipeline(Node):
    deals = edge(deal_edges.OF_PIPELINE)


@shape(Part)
class Stage:
    pipeline = edge(edges.OF_STAGE)
    deals = edge(deal_edges.OF_STAGE)


class Queries:
    pipeline = operation(service.READ)
    pipelines = operation(service.SEARCH)
