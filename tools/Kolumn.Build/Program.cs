using Kolumn.Build;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};

try
{
    return await Verbs.RunAsync(args, interrupted.Token);
}
catch (BuildFailedException failed)
{
    Console.Error.WriteLine($"build: {failed.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("build: interrupted");
    return 130;
}
