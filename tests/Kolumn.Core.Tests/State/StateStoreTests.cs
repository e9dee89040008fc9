using System.Text.Json.Nodes;
using Kolumn.Core.State;
using Kolumn.Core.Tests.Support;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Tests.State;

public sealed class StateStoreTests : IDisposable
{
    private static readonly TimeProvider Clock = new FixedTime(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    private readonly TemporaryDirectory _directory = new();

    private StateDirectory Directory => new(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_NothingThere_MakesPrivateDirectoryWithAnEmptySnapshot()
    {
        await using (var store = Open())
        {
            store.Serial.ShouldBe(1);
            store.State.Resources.ShouldBeEmpty();
        }

        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            File.GetUnixFileMode(Directory.Root).ShouldBe(file | UnixFileMode.UserExecute);
            File.GetUnixFileMode(Directory.Backups).ShouldBe(file | UnixFileMode.UserExecute);
            File.GetUnixFileMode(Directory.Snapshot).ShouldBe(file);
            File.GetUnixFileMode(Directory.Lock).ShouldBe(file);
        }

        (await File.ReadAllTextAsync(Path.Combine(Directory.Root, ".gitignore"), TestProject.Token)).ShouldBe("*\n");
    }

    [Fact]
    public async Task Close_AfterRecords_FoldsThemIntoASnapshotAndKeepsTheFormerOne()
    {
        await RecordAsync(Table("users"), Table("orders"));

        File.Exists(Directory.Journal).ShouldBeFalse();
        Directory.ListBackups().Select(Path.GetFileName).ShouldBe(["state.000000000001.klstate"]);
        var snapshot = JsonNode.Parse(await File.ReadAllTextAsync(Directory.Snapshot, TestProject.Token))!;
        snapshot["version"]!.GetValue<int>().ShouldBe(1);
        snapshot["serial"]!.GetValue<int>().ShouldBe(2);
        snapshot["providers"]![0]!["provider"]!.GetValue<string>().ShouldBe("files");
        snapshot["providers"]![0]!["resources"]!.AsArray().Select(r => r!["name"]!.GetValue<string>()).ShouldBe(["users", "orders"]);
        Names().ShouldBe(["users", "orders"]);
    }

    [Fact]
    public async Task Put_AgainAndRemove_KeepsTheOrderOfFirstRecording()
    {
        await RecordAsync(Table("a"), Table("b"), Table("c"));
        await using (var store = Open())
        {
            store.Put(Table("a", """{"changed":true}"""));
            store.Remove("files_table.b");
            store.Put(Table("d"));
            await store.CloseAsync([]);
        }

        Names().ShouldBe(["a", "c", "d"]);
    }

    [Fact]
    public async Task Open_ProcessDiedWhileWriting_KeepsEveryRecordBeforeTheTornOne()
    {
        // What a killed process leaves: the journal up to any byte.
        await RecordAsync(Table("base"));
        await using var killed = Open();
        await killed.BeginAsync(new StateIntent("op", [new IntendedChange("files_table.one", ResourceActions.Create, Table("one", "{}"))]));
        killed.Put(Table("one"));
        killed.Put(Table("two", """{"text":"ümlaut \n"}"""));
        killed.Remove("files_table.base");
        killed.End("op");
        await killed.FlushAsync();
        var journal = await ReadSharedAsync(Directory.Journal);
        var snapshot = await File.ReadAllBytesAsync(Directory.Snapshot, TestProject.Token);
        var ends = Enumerable.Range(0, journal.Length).Where(i => journal[i] == '\n').Select(i => i + 1).ToList();
        ends.Count.ShouldBe(6);
        string[][] expected = [["base"], ["base", "one?"], ["base", "one"], ["base", "one", "two"], ["one", "two"], ["one", "two"]];

        var copy = new StateDirectory(Path.Combine(_directory.Path, "copy"));
        copy.Create();
        for (var length = 0; length <= journal.Length; length++)
        {
            await File.WriteAllBytesAsync(copy.Snapshot, snapshot, TestProject.Token);
            await File.WriteAllBytesAsync(copy.Journal, journal[..length], TestProject.Token);
            var diagnostics = new DiagnosticList();
            var wanted = expected[Math.Max(0, ends.Count(e => e <= length) - 1)];

            var state = StateReader.Read(copy, Clock, diagnostics).ShouldNotBeNull();
            state.ConcludeOpenIntents();

            diagnostics.ShouldBeEmpty();
            Shown(state).ShouldBe(wanted, $"{length} of {journal.Length} bytes");
            if (ends.Any(end => length == end || length == end - 1 || length == end - 30))
            {
                await using var store = StateStore.Open(copy, "test", Clock, diagnostics).ShouldNotBeNull();
                Shown(store.State).ShouldBe(wanted);
                store.Put(Table("next"));
                await store.CloseAsync(diagnostics);
                diagnostics.HasErrors.ShouldBeFalse();
                Shown(StateReader.Read(copy, Clock, diagnostics)!).ShouldBe([.. wanted, "next"]);
            }
        }

        static IEnumerable<string> Shown(ProjectState state) => state.Resources.Select(r => r.Name + (ProjectState.IsOutcomeUnknown(r) ? "?" : ""));
    }

    [Fact]
    public async Task Open_IntentWithoutOutcome_SaysSoAndMarksTheRecord()
    {
        await RecordAsync(Table("users"));
        var killed = Open();
        await killed.BeginAsync(new StateIntent("op", [new IntendedChange("files_table.users", ResourceActions.Update, null)]));
        await killed.DisposeAsync();
        var diagnostics = new DiagnosticList();

        await using var store = StateStore.Open(Directory, "test", Clock, diagnostics).ShouldNotBeNull();

        diagnostics.ShouldHaveSingleItem().Code.ShouldBe(CoreCodes.OutcomeUnknown);
        ProjectState.IsOutcomeUnknown(store.State.Find("files_table.users")!).ShouldBeTrue();
        store.Put(Table("users"));
        ProjectState.IsOutcomeUnknown(store.State.Find("files_table.users")!).ShouldBeFalse();
    }

    [Fact]
    public async Task Open_JournalOfAnOlderSnapshot_IsLeftOut()
    {
        await using (var store = Open())
        {
            store.Put(Table("users"));
            await store.FlushAsync();
            var journal = await ReadSharedAsync(Directory.Journal);
            await store.CloseAsync([]);

            // The process died between writing the snapshot and deleting the journal.
            await File.WriteAllBytesAsync(Directory.Journal, journal, TestProject.Token);
        }

        await using var reopened = Open();
        reopened.State.Resources.Select(r => r.Name).ShouldBe(["users"]);
        File.Exists(Directory.Journal).ShouldBeFalse();
    }

    [Fact]
    public async Task Open_LockHeld_NamesTheOwnerAndWorksOnceReleased()
    {
        await using (var first = Open("apply"))
        {
            var diagnostics = new DiagnosticList();

            StateStore.Open(Directory, "plan", Clock, diagnostics).ShouldBeNull();

            var locked = diagnostics.ShouldHaveSingleItem();
            (locked.Code, locked.Summary).ShouldBe((CoreCodes.StateLocked, "State is locked"));
            locked.Detail!.Split('\n')[..4].ShouldBe([
                $"Lock ID:   {first.Owner.Id}",
                $"Locked by: {Environment.UserName}@{Environment.MachineName} (process {Environment.ProcessId})",
                "Operation: apply",
                "Acquired:  2026-05-04 03:02:01 UTC",
            ]);
        }

        await using var second = Open();
        second.Owner.Operation.ShouldBe("test");
    }

    [Fact]
    public async Task Read_WhileAnotherProcessWrites_SeesWhatIsFlushed()
    {
        await using var writer = Open();
        writer.Put(Table("users"));
        await writer.FlushAsync();

        Names().ShouldBe(["users"]);
    }

    [Fact]
    public async Task Open_SnapshotDamaged_NamesTheNewestSoundBackupWhichThenWorks()
    {
        await RecordAsync(Table("one"));
        await RecordAsync(Table("two"));
        await RecordAsync(Table("three"));
        var backups = Directory.ListBackups();
        await File.WriteAllTextAsync(backups[0], "{}", TestProject.Token);
        var bytes = await File.ReadAllBytesAsync(Directory.Snapshot, TestProject.Token);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Directory.Snapshot, bytes, TestProject.Token);
        var diagnostics = new DiagnosticList();

        StateStore.Open(Directory, "test", Clock, diagnostics).ShouldBeNull();

        var damaged = diagnostics.ShouldHaveSingleItem();
        damaged.Code.ShouldBe(CoreCodes.StateDamaged);
        damaged.Detail!.ShouldContain($"{backups[1]} (serial 2, 1 resources");
        (await File.ReadAllBytesAsync(Directory.Snapshot, TestProject.Token)).ShouldBe(bytes);
        File.Copy(backups[1], Directory.Snapshot, overwrite: true);
        Names().ShouldBe(["one"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":"1","lineage":"x"}""")]
    public async Task Open_SnapshotIsSomethingElse_IsDamagedAndUntouched(string text)
    {
        Directory.Create();
        await File.WriteAllTextAsync(Directory.Snapshot, text, TestProject.Token);
        var diagnostics = new DiagnosticList();

        StateStore.Open(Directory, "test", Clock, diagnostics).ShouldBeNull();

        diagnostics.ShouldHaveSingleItem().Code.ShouldBe(CoreCodes.StateDamaged);
        (await File.ReadAllTextAsync(Directory.Snapshot, TestProject.Token)).ShouldBe(text);
    }

    [Fact]
    public async Task Open_SnapshotOfANewerVersion_IsRefusedAndUntouched()
    {
        const string newer = """{ "version": 2, "providers": "shaped otherwise" }""";
        Directory.Create();
        await File.WriteAllTextAsync(Directory.Snapshot, newer, TestProject.Token);
        var diagnostics = new DiagnosticList();

        StateStore.Open(Directory, "test", Clock, diagnostics).ShouldBeNull();

        var refused = diagnostics.ShouldHaveSingleItem();
        refused.Code.ShouldBe(DiagnosticCodes.StateVersionConflict);
        refused.Summary.ShouldBe("The state was written by a newer Kolumn");
        (await File.ReadAllTextAsync(Directory.Snapshot, TestProject.Token)).ShouldBe(newer);
    }

    [Fact]
    public async Task Open_ChecksumRemovedOnPurpose_TakesTheEditedSnapshot()
    {
        await RecordAsync(Table("users"));
        var text = await File.ReadAllTextAsync(Directory.Snapshot, TestProject.Token);
        var edited = text[..text.LastIndexOf(",\n  \"checksum\"", StringComparison.Ordinal)].Replace("\"users\"", "\"people\"", StringComparison.Ordinal) + "\n}\n";
        await File.WriteAllTextAsync(Directory.Snapshot, edited, TestProject.Token);

        Names().ShouldBe(["people"]);
    }

    [Fact]
    public async Task Open_JournalDamagedInTheMiddle_NamesTheLine()
    {
        await RecordAsync(Table("base"));
        var killed = Open();
        killed.Put(Table("one"));
        killed.Put(Table("two"));
        await killed.FlushAsync();
        await killed.DisposeAsync();
        var journal = await File.ReadAllBytesAsync(Directory.Journal, TestProject.Token);
        var second = Array.IndexOf(journal, (byte)'\n') + 20;
        journal[second] ^= 1;
        await File.WriteAllBytesAsync(Directory.Journal, journal, TestProject.Token);
        var diagnostics = new DiagnosticList();

        StateStore.Open(Directory, "test", Clock, diagnostics).ShouldBeNull();

        var damaged = diagnostics.ShouldHaveSingleItem();
        (damaged.Code, damaged.Summary).ShouldBe((CoreCodes.StateDamaged, "The journal is damaged"));
        damaged.Detail!.ShouldStartWith("Line 2 of ");
    }

    [Fact]
    public async Task Open_SnapshotLostButJournalThere_RefusesToGuess()
    {
        await RecordAsync(Table("base"));
        var killed = Open();
        killed.Put(Table("one"));
        await killed.FlushAsync();
        await killed.DisposeAsync();
        File.Delete(Directory.Snapshot);
        var diagnostics = new DiagnosticList();

        StateStore.Open(Directory, "test", Clock, diagnostics).ShouldBeNull();

        diagnostics.ShouldHaveSingleItem().Summary.ShouldBe("The journal does not belong to the state");
    }

    [Fact]
    public async Task Close_ManyRuns_KeepsTheLastTenBackups()
    {
        for (var i = 0; i < 13; i++)
        {
            await RecordAsync(Table($"t{i}"));
        }

        Directory.ListBackups().Count.ShouldBe(10);
        Path.GetFileName(Directory.ListBackups()[0]).ShouldBe("state.000000000013.klstate");
    }

    [Fact]
    public async Task Put_FromManyThreads_RecordsEverythingInFewSyncs()
    {
        const int count = 10_000;
        await using var store = Open();

        Parallel.For(0, count, i => store.Put(Table($"t{i}")));
        await store.FlushAsync();

        store.State.Resources.Count.ShouldBe(count);
        JournalFile.Read(await ReadSharedAsync(Directory.Journal), out var damaged).Count.ShouldBe(count + 1);
        damaged.ShouldBeNull();
        store.JournalSyncs.ShouldBeLessThan(count / 4);
        await store.CloseAsync([]);
        Names().Count.ShouldBe(count);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(10_000)]
    public async Task Put_AnyNumberOfRecords_EachCostsItsOwnLineOnly(int count)
    {
        await using var store = Open();
        using var one = new MemoryStream();
        JournalFile.AppendLine(one, new JournalEntry { Put = Table("t00000") });
        using var header = new MemoryStream();
        JournalFile.AppendLine(header, new JournalEntry { Header = new JournalHeader(1, store.State.Lineage, 1) });

        for (var i = 0; i < count; i++)
        {
            store.Put(Table($"t{i:D5}"));
        }

        await store.FlushAsync();
        new FileInfo(Directory.Journal).Length.ShouldBe(header.Length + (count * one.Length));
        store.Serial.ShouldBe(1);
    }

    private StateStore Open(string operation = "test")
    {
        var diagnostics = new DiagnosticList();
        var store = StateStore.Open(Directory, operation, Clock, diagnostics);
        diagnostics.HasErrors.ShouldBeFalse();
        return store.ShouldNotBeNull();
    }

    private async Task RecordAsync(params ResourceInstance[] resources)
    {
        var diagnostics = new DiagnosticList();
        await using var store = Open();
        foreach (var resource in resources)
        {
            store.Put(resource);
        }

        await store.CloseAsync(diagnostics);
        diagnostics.ShouldBeEmpty();
    }

    private List<string> Names()
    {
        var diagnostics = new DiagnosticList();
        var state = StateReader.Read(Directory, Clock, diagnostics);
        diagnostics.ShouldBeEmpty();
        return [.. state!.Resources.Select(r => r.Name)];
    }

    private static ResourceInstance Table(string name, string state = """{"columns":[{"name":"id","type":"int"}]}""") => new()
    {
        Type = "files_table",
        Name = name,
        Provider = "files.main",
        State = JsonNode.Parse(state)!.AsObject(),
        CreatedAt = Clock.GetUtcNow(),
        UpdatedAt = Clock.GetUtcNow(),
    };

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var content = new MemoryStream();
        await file.CopyToAsync(content, TestProject.Token);
        return content.ToArray();
    }
}
