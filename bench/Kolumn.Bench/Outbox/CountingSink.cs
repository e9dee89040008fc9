using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kolumn.Bench.Outbox;

/// <summary>
/// Takes whatever is posted to it. A GET answers how many requests it took and the seconds from the first to the last of them, and
/// begins anew: the start of whoever posts does not count.
/// </summary>
internal static class CountingSink
{
    public static async Task<int> ServeAsync(string url)
    {
        var (count, first, last) = (0L, 0L, 0L);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        await using var application = builder.Build();
        application.Run(async context =>
        {
            if (context.Request.Method == "GET")
            {
                var seconds = Stopwatch.GetElapsedTime(Interlocked.Exchange(ref first, 0), Interlocked.Read(ref last)).TotalSeconds;
                await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Exchange(ref count, 0)} {seconds}"), context.RequestAborted);
                return;
            }

            Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0);
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            Interlocked.Increment(ref count);
            Interlocked.Exchange(ref last, Stopwatch.GetTimestamp());
        });
        await application.StartAsync();
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        return 0;
    }
}
