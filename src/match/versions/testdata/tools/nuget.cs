// Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid.
using System;
using NuGet.Versioning;

static class Judge
{
    static void Main()
    {
        for (string line; (line = Console.ReadLine()) != null;)
        {
            var pair = line.Split(' ');
            var areVersions = NuGetVersion.TryParse(pair[0], out var a) & NuGetVersion.TryParse(pair[1], out var b);
            Console.WriteLine(areVersions ? Math.Sign(VersionComparer.Default.Compare(a, b)).ToString() : "invalid");
        }
    }
}
