namespace Kolumn.Compliance.Tests;

/// <summary>Each defect is found, by the rule that is about it. About plans, applies and states.</summary>
public sealed class PlanDefectTests
{
    [Theory]
    [InlineData("order-is-reversed", "plan.order")]
    [InlineData("order-is-missing", "plan.order")]
    [InlineData("plan-applies", "plan.reads")]
    [InlineData("plan-hash-is-random", "plan.repeats")]
    [InlineData("plan-is-never-empty", "plan.empty")]
    [InlineData("plan-hides-changes", "plan.changes")]
    [InlineData("circles-are-straight", "plan.cycle")]
    [InlineData("every-action-will-do", "plan.action")]
    [InlineData("apply-ignores-the-plan", "apply.stale")]
    [InlineData("apply-leaves-one-out", "apply.creates")]
    [InlineData("apply-miscounts", "apply.summary")]
    [InlineData("apply-is-always-a-success", "apply.truth")]
    [InlineData("apply-swallows-failures", "apply.truth")]
    [InlineData("apply-deletes-nothing", "apply.deletes")]
    [InlineData("apply-changes-nothing", "apply.updates")]
    [InlineData("state-is-null-at-first", "state.empty")]
    [InlineData("state-loses-members", "state.returns")]
    [InlineData("state-may-be-null", "state.refuses")]
    [InlineData("state-of-the-future-will-do", "state.refuses")]
    [InlineData("state-goes-backwards", "state.serial")]
    [InlineData("every-state-is-valid", "state.validates")]
    [InlineData("no-state-is-valid", "state.validates")]
    public Task Verify_Defect_IsFoundByItsRule(string defect, string rule, string? tried = null) => Verified.FindsAsync(defect, rule, tried ?? rule);
}
