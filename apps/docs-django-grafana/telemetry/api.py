"""`/api/sql-logs/`: the SQL statistics of all replicas, for staff."""

from rest_framework import serializers
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.queries import check
from telemetry import log
from telemetry.forms import LogForm
from telemetry.models import Statement


class StatementSerializer(serializers.ModelSerializer[Statement]):
    statement = serializers.CharField(source="text")
    mean_ms = serializers.FloatField()

    class Meta:
        model = Statement
        fields = ("statement", "count", "total_ms", "mean_ms", "slowest_ms", "last_seen")


class SqlLogs(APIView):
    permission_classes = [IsAdminUser]

    def get(self, request: Request) -> Response:
        form = LogForm(request.query_params)
        check(request.query_params, form)
        leading = log.leading(form.cleaned_data["order"], form.cleaned_data["limit"])
        sums = log.sums()
        return Response(
            {
                "count": sums.count,
                "total_ms": sums.total_ms,
                "mean_ms": sums.mean_ms,
                "since": sums.since,
                "statements": StatementSerializer(leading, many=True).data,
            }
        )

    def delete(self, request: Request) -> Response:  # noqa: ARG002
        log.clear()
        return Response(status=204)
