"""`/api/sql-logs/`: the SQL statistics of all replicas, for staff."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.queries import check
from telemetry import statistics
from telemetry.forms import StatisticsForm
from telemetry.models import Statement
from telemetry.statistics import DEFAULT_STATEMENTS, MAX_STATEMENTS, ORDERS

FOR_STAFF = {"x-access": "staff only"}


class StatementSerializer(serializers.ModelSerializer[Statement]):
    statement = serializers.CharField(
        source="text", help_text="SQL text, with ? in place of each literal and parameter"
    )
    count = serializers.IntegerField(min_value=0, help_text="number of executions")
    total_ms = serializers.FloatField(min_value=0)
    mean_ms = serializers.FloatField(min_value=0)
    slowest_ms = serializers.FloatField(min_value=0)

    class Meta:
        model = Statement
        fields = ("statement", "count", "total_ms", "mean_ms", "slowest_ms", "last_seen")


class StatisticsSerializer(serializers.Serializer[dict[str, object]]):
    count = serializers.IntegerField(
        min_value=0, help_text="number of executions of all statements"
    )
    total_ms = serializers.FloatField(
        min_value=0, help_text="milliseconds that all executions took"
    )
    mean_ms = serializers.FloatField(
        min_value=0, help_text="milliseconds that one execution took on average"
    )
    since = serializers.DateTimeField(
        allow_null=True, help_text="time of the first execution; null if there is none"
    )
    statements = StatementSerializer(many=True)


class SqlLogs(APIView):
    permission_classes = [IsAdminUser]

    @extend_schema(
        operation_id="readSqlLog",
        summary="Read the SQL statistics",
        description="The statements that all replicas executed, and how long they took. "
        "An execution is counted a few seconds later.",
        extensions=FOR_STAFF,
        parameters=[
            OpenApiParameter(
                "order",
                {"type": "string", "enum": list(ORDERS), "default": ORDERS[0]},
                description="The value by which statements are sorted, highest first.",
            ),
            OpenApiParameter(
                "limit",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_STATEMENTS,
                    "default": DEFAULT_STATEMENTS,
                },
                description="Number of statements.",
            ),
        ],
        responses=OpenApiResponse(StatisticsSerializer, "The statistics."),
    )
    def get(self, request: Request) -> Response:
        form = StatisticsForm(request.query_params)
        check(request.query_params, form)
        totals = statistics.totals()
        statements = statistics.top(form.cleaned_data["order"], form.cleaned_data["limit"])
        found: dict[str, object] = {
            "count": totals.count,
            "total_ms": totals.total_ms,
            "mean_ms": totals.mean_ms,
            "since": totals.since,
            "statements": statements,
        }
        return Response(StatisticsSerializer(found).data)

    @extend_schema(
        operation_id="clearSqlLog",
        summary="Reset the SQL statistics",
        extensions=FOR_STAFF,
        responses={204: OpenApiResponse(description="The statistics are empty.")},
    )
    def delete(self, request: Request) -> Response:  # noqa: ARG002
        statistics.clear()
        return Response(status=204)
