using Kolumn.Cli.Rendering;
using Kolumn.Core;
using Kolumn.Protocol;

namespace Kolumn.Cli.Tests.Rendering;

public sealed class ProgressViewTests : IDisposable
{
    private readonly StringWriter _out = new();

    [Fact]
    public void On_FewResults_OneLineEach()
    {
        var view = View(isLive: false);

        view.On(new ProviderStarting("sqlite"));
        view.On(new PlanningStarted("sqlite", 2));
        view.On(new ApplyStarted("sqlite", 3));
        view.On(new ResourceProgress("sqlite", "sqlite_table.a", "create", null, 1, 3));
        view.On(Finished("sqlite_table.a", ResourceActions.Create, ResourceOutcome.Succeeded, 1234));
        view.On(Finished("sqlite_table.b", ResourceActions.Delete, ResourceOutcome.Succeeded, 3));
        view.On(Finished("sqlite_table.c", ResourceActions.Update, ResourceOutcome.Failed, 250));
        view.On(Finished("sqlite_table.d", ResourceActions.Update, ResourceOutcome.Skipped, 0));
        view.On(Finished("sqlite_table.e", ResourceActions.NoOp, ResourceOutcome.Succeeded, 0));
        view.On(Finished("sqlite_table.f", ResourceActions.Replace, ResourceOutcome.Unknown, 0));
        view.Clear();

        _out.ToString().ShouldBe(
            """
              + sqlite_table.a: Created [1.2s]
              - sqlite_table.b: Destroyed
              x sqlite_table.c: Failed [250ms]
              ? sqlite_table.f: Outcome unknown

            """);
    }

    [Fact]
    public void On_ManyResultsWithoutATerminal_OneLineForEveryTenth()
    {
        var view = View(isLive: false);
        view.On(new ApplyStarted("sqlite", 1000));

        for (var i = 0; i < 1000; i++)
        {
            view.On(Finished($"sqlite_table.t{i}", ResourceActions.Create, ResourceOutcome.Succeeded, 1));
        }

        var lines = _out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(10);
        lines[0].ShouldBe("  100 of 1000 resources done");
        lines[^1].ShouldBe("  1000 of 1000 resources done");
    }

    [Fact]
    public void On_ManyResultsOnATerminal_OneLineThatIsWrittenOver()
    {
        var view = View(isLive: true);
        view.On(new ApplyStarted("sqlite", 1000));

        for (var i = 0; i < 1000; i++)
        {
            view.On(Finished($"sqlite_table.t{i}", ResourceActions.Create, ResourceOutcome.Succeeded, 1));
        }

        view.Clear();
        var text = _out.ToString();
        text.ShouldNotContain("\n");
        text.ShouldEndWith("1000 of 1000 resources done\r\e[K");
    }

    [Fact]
    public void On_ResultAfterALiveLine_TakesTheLiveLineAway()
    {
        var view = View(isLive: true);

        view.On(new ApplyStarted("sqlite", 1));
        view.On(new ResourceProgress("sqlite", "sqlite_table.a", "create", null, 1, 1));
        view.On(Finished("sqlite_table.a", ResourceActions.Create, ResourceOutcome.Succeeded, 1));

        _out.ToString().ShouldBe("[1/1] sqlite_table.a: Creating ...\r\e[K  + sqlite_table.a: Created\n");
    }

    [Fact]
    public void On_Json_ShowsNothing()
    {
        var view = new ProgressView(TerminalOf(isLive: true), isShown: false);

        view.On(new ApplyStarted("sqlite", 1));
        view.On(Finished("sqlite_table.a", ResourceActions.Create, ResourceOutcome.Failed, 1));
        view.Clear();

        _out.ToString().ShouldBeEmpty();
    }

    public void Dispose() => _out.Dispose();

    private ProgressView View(bool isLive) => new(TerminalOf(isLive), isShown: true);

    private Terminal TerminalOf(bool isLive) => new(_out, TextWriter.Null, TextReader.Null, () => 80) { IsLive = isLive };

    private static ResourceFinished Finished(string address, string action, ResourceOutcome outcome, int milliseconds) =>
        new("sqlite", address, action, outcome, TimeSpan.FromMilliseconds(milliseconds), null);
}
