namespace Kolumn.Build;

/// <summary>A little colour where the output is a terminal that wants it.</summary>
internal static class Terminal
{
    private static readonly bool Colour =
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public static void Heading(string text)
    {
        Console.WriteLine();
        Console.WriteLine(Colour ? $"\e[1;36m── {text} \e[0m" : $"── {text}");
    }

    public static void Command(string text) => Console.WriteLine(Colour ? $"\e[1m$ {text}\e[0m" : $"$ {text}");
}
