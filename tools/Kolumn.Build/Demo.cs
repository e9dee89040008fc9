using System.Diagnostics;
using System.Globalization;

namespace Kolumn.Build;

/// <summary>
/// The main job on SQLite, with the published executables, in a folder that is deleted afterwards:
/// 1. init;
/// 2. plan and apply the quickstart's shop;
/// 3. show what exists, plan again: nothing to do;
/// 4. change a column and an index in the text, plan, apply;
/// 5. change the database behind Kolumn's back, see the plan find it, apply;
/// 6. destroy.
/// Stops at the first step that does not end as it should.
/// </summary>
internal static class Demo
{
    private const string Database = "shop.db";

    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        Console.WriteLine($"SQLite: {await SqliteLibrary.EnsureAsync(cancellationToken)}");
        if (await Publication.RunAsync(cancellationToken) is not 0 and var failed)
        {
            return failed;
        }

        var watch = Stopwatch.StartNew();
        var folder = Directory.CreateTempSubdirectory("kolumn-demo-").FullName;
        try
        {
            await TellAsync(new Shop(folder), cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Terminal.Heading(string.Create(CultureInfo.InvariantCulture, $"Done in {watch.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }

    private static async Task TellAsync(Shop shop, CancellationToken cancellationToken)
    {
        // 1
        Terminal.Heading("A shop: nine tables, indexes, a view and a trigger, in .kl");
        await shop.KolumnAsync(0, ["init"], cancellationToken);

        // 2
        Terminal.Heading("What would be done, and doing it");
        await shop.KolumnAsync(2, ["plan", "--detailed-exitcode"], cancellationToken);
        await shop.KolumnAsync(0, ["apply", "--auto-approve"], cancellationToken);

        // 3
        Terminal.Heading("What exists now; planning again finds nothing to do");
        await shop.KolumnAsync(0, ["state", "list"], cancellationToken);
        await shop.KolumnAsync(0, ["plan", "--detailed-exitcode"], cancellationToken);

        // 4
        Terminal.Heading("The text changes: products get a weight, an index covers one column more");
        shop.Edit("catalog.kl", "  column \"active\" {\n", "  column \"weight_grams\" {\n    type = \"INTEGER\"\n  }\n  column \"active\" {\n");
        shop.Edit("customers.kl", "  columns = [\"customer_id\"]\n", "  columns = [\"customer_id\", \"city\"]\n");
        await shop.KolumnAsync(2, ["plan", "--detailed-exitcode"], cancellationToken);
        await shop.KolumnAsync(0, ["apply", "--auto-approve"], cancellationToken);

        // 5
        Terminal.Heading("Somebody changes the database by hand; the plan finds it, and undoing it loses a column, which has to be allowed");
        shop.Sql("ALTER TABLE suppliers ADD COLUMN fax TEXT");
        await shop.KolumnAsync(2, ["plan", "--detailed-exitcode"], cancellationToken);
        await shop.KolumnAsync(0, ["apply", "--auto-approve", "--allow", "data_loss"], cancellationToken);
        await shop.KolumnAsync(0, ["plan", "--detailed-exitcode"], cancellationToken);

        // 6
        Terminal.Heading("And all of it goes again");
        await shop.KolumnAsync(0, ["destroy", "--auto-approve"], cancellationToken);
    }

    /// <summary>A copy of the quickstart that commands run in.</summary>
    private sealed class Shop
    {
        private readonly string _folder;

        public Shop(string folder)
        {
            _folder = folder;
            foreach (var file in Directory.GetFiles(Path.Combine(Solution.Root, "examples", "quickstart"), "*.kl"))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        }

        public async Task KolumnAsync(int expected, string[] arguments, CancellationToken cancellationToken)
        {
            Terminal.Command($"kolumn {string.Join(' ', arguments)}");
            using var process = Process.Start(new ProcessStartInfo(Publication.Kolumn, arguments) { WorkingDirectory = _folder })
                ?? throw new BuildFailedException("kolumn could not be started.");
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != expected)
            {
                throw new BuildFailedException($"kolumn {string.Join(' ', arguments)} ended with {process.ExitCode} where {expected} was expected.");
            }
        }

        public void Edit(string file, string old, string @new)
        {
            var path = Path.Combine(_folder, file);
            var text = File.ReadAllText(path);
            if (!text.Contains(old, StringComparison.Ordinal))
            {
                throw new BuildFailedException($"examples/quickstart/{file} no longer holds the text that the demo changes.");
            }

            File.WriteAllText(path, text.Replace(old, @new, StringComparison.Ordinal));
            Console.WriteLine($"  (edited {file})");
        }

        public void Sql(string sql)
        {
            Terminal.Command($"sqlite3 {Database} '{sql}'");
            SqliteLibrary.Execute(Path.Combine(_folder, Database), sql);
        }
    }
}
