using Grpc.Core;
using Grpc.Wire;

namespace Kolumn.Grpc.Tests.Internals;

public sealed class StatusTrailersTests
{
    [Theory]
    [InlineData("0", null, StatusCode.OK, "")]
    [InlineData("5", "no%20row", StatusCode.NotFound, "no row")]
    [InlineData("16", "", StatusCode.Unauthenticated, "")]
    [InlineData("17", null, StatusCode.Unknown, "The peer sent the unknown status '17'.")]
    [InlineData("99999999999", "kept", StatusCode.Unknown, "kept")]
    [InlineData("-1", null, StatusCode.Unknown, "The peer sent the unknown status '-1'.")]
    [InlineData("OK", null, StatusCode.Unknown, "The peer sent the unknown status 'OK'.")]
    [InlineData("", null, StatusCode.Unknown, "The peer sent the unknown status ''.")]
    public void Parse_AnyTrailers_GiveAStatus(string code, string? message, StatusCode expected, string detail)
    {
        var status = StatusTrailers.Parse(code, message);

        status.StatusCode.ShouldBe(expected);
        status.Detail.ShouldBe(detail);
    }

    [Theory]
    [InlineData(StatusCode.OK, "0")]
    [InlineData(StatusCode.DeadlineExceeded, "4")]
    [InlineData(StatusCode.Unauthenticated, "16")]
    [InlineData((StatusCode)99, "99")]
    public void FormatCode_AnyCode_IsItsNumber(StatusCode code, string text) => StatusTrailers.FormatCode(code).ShouldBe(text);

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(200, StatusCode.Unknown)]
    public void FromHttpStatus_WithoutGrpcStatus_IsMapped(int httpStatus, StatusCode code) =>
        StatusTrailers.FromHttpStatus(httpStatus).ShouldBe(code);

    [Theory]
    [InlineData(0x0, StatusCode.Internal)]
    [InlineData(0x1, StatusCode.Internal)]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xB, StatusCode.ResourceExhausted)]
    [InlineData(0xC, StatusCode.PermissionDenied)]
    public void FromHttp2Error_Reset_IsMapped(long error, StatusCode code) => StatusTrailers.FromHttp2Error(error).ShouldBe(code);
}
