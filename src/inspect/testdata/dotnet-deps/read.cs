// Reads paths of deps.json, one a line, and writes a line for each package in them: path, kind, name, version, and whether
// it brings files. Read by Microsoft.Extensions.DependencyModel.
using System;
using System.IO;
using System.Linq;
using Microsoft.Extensions.DependencyModel;

static class Reader
{
    static void Main()
    {
        for (string path; (path = Console.ReadLine()) != null;)
        {
            using var file = File.OpenRead(path);
            using var reader = new DependencyContextJsonReader();
            foreach (var library in reader.Read(file).RuntimeLibraries)
            {
                var files = library.RuntimeAssemblyGroups.SelectMany(group => group.AssetPaths)
                    .Concat(library.NativeLibraryGroups.SelectMany(group => group.AssetPaths))
                    .Concat(library.ResourceAssemblies.Select(resource => resource.Path));
                var brings = files.Any(name => !name.EndsWith("/_._"));
                Console.WriteLine($"{path}\t{library.Type}\t{library.Name}\t{library.Version}\t{brings}");
            }
        }
    }
}
