using Kolumn.StartupProfile;

// record LIST LOG…           LIST becomes what the logs of the runtime (see JitLog) say was compiled
// write LIST FOLDER PROFILE  writes the methods of LIST, as far as the assemblies of FOLDER have them, as a profile for crossgen2 --mibc
switch (args)
{
    case ["record", var list, .. { Length: > 0 } logs]:
        var head = File.ReadLines(list).TakeWhile(line => line.StartsWith('#'));
        File.WriteAllLines(list, [.. head, .. JitLog.Methods(logs.SelectMany(File.ReadLines)).Order(StringComparer.Ordinal)]);
        return 0;
    case ["write", var list, var folder, var path]:
        using (var assemblies = AssemblyFolder.Open(folder))
        {
            // What an assembly does not have any more costs a compilation at start, and nothing else.
            var profile = new ProfileWriter(assemblies);
            var methods = File.ReadLines(list).Where(line => !line.StartsWith('#')).Select(MethodName.TryParse).OfType<MethodName>().ToList();
            var known = methods.Count(profile.TryAdd);
            profile.Save(path);
            Console.WriteLine($"Compiling {known} of {methods.Count} methods ahead of time that only a start shows to be needed");
        }

        return 0;
    default:
        Console.Error.WriteLine("startup profile: expected 'record LIST LOG…' or 'write LIST FOLDER PROFILE'");
        return 2;
}
